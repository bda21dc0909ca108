import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';

/** What a worker tells the primary. */
export type FromWorker =
  /** It answers; what there is to say of that. */
  | { type: 'listening'; lines: string[] }
  /** Somebody wants the metrics of all. */
  | { type: 'metrics'; id: number };
type FromPrimary = { type: 'metrics'; id: number; text: string | null };

export const tellPrimary = (message: FromWorker) => process.send!(message);

/** In a worker: what its registry says is said of all of them. */
export function speakForAll(registry: Registry): void {
  if (!cluster.isWorker) return;
  AggregatorRegistry.setRegistries([registry]);
  // Made for what it does: it answers the primary's questions.
  new AggregatorRegistry();
  const waiting = new Map<number, (text: string | null) => void>();
  let last = 0;
  process.on('message', ({ type, id, text }: FromPrimary) => {
    if (type !== 'metrics') return;
    waiting.get(id)?.(text);
    waiting.delete(id);
  });
  registry.metrics = async () => {
    const id = ++last;
    const { promise, resolve } = Promise.withResolvers<string | null>();
    waiting.set(id, resolve);
    tellPrimary({ type: 'metrics', id });
    const text = await promise;
    if (text === null) throw new Error('a worker does not tell its metrics');
    return text;
  };
}

/** In the primary: puts together what the workers count, for whichever of them is asked. */
export function addUpMetrics(): (worker: Worker, id: number) => void {
  const registry = new AggregatorRegistry();
  return (worker, id) => {
    const answer = (text: string | null) => {
      if (worker.isConnected()) worker.send({ type: 'metrics', id, text } satisfies FromPrimary);
    };
    registry.clusterMetrics().then(answer, () => answer(null));
  };
}
