import {
  type Aim,
  COMMON_NEEDS,
  type CommonFault,
  createFaults,
  type FaultNeeds,
  type FaultSwitch,
} from '../shared/faults.ts';

export type Fault = Aim & {
  /** Requests of this kind alone: as a `path`, `/v1/checks` is the beginning of a poll's too. */
  method?: 'GET' | 'POST';
} & (CommonFault | PollFault | PostFault);

/** Of the check that is asked for, and for good: its task has failed (500), its id is unknown (422). */
type PollFault = { kind: 'task-failed' } | { kind: 'forget' };
/** Queues the check, and answers 500. */
type PostFault = { kind: 'post-500-after-queue' };

export const NEEDS: FaultNeeds = { ...COMMON_NEEDS, 'task-failed': {}, forget: {}, 'post-500-after-queue': {} };

export type EregFaults = FaultSwitch<Fault> & { take(method: string, path: string): Fault | undefined };

/** The own kinds count only the requests that they can befall: `times: 1` on polls is not used up by a POST. */
export function createEregFaults(): EregFaults {
  const any = createFaults<Fault>();
  const polls = createFaults<Fault>();
  const posts = createFaults<Fault>();
  const befallen = ({ kind, method }: Fault) => {
    if (kind === 'task-failed' || kind === 'forget') return polls;
    if (kind === 'post-500-after-queue') return posts;
    return method === 'GET' ? polls : method === 'POST' ? posts : any;
  };
  return {
    set: (fault) => befallen(fault).set(fault),
    clear() {
      for (const faults of [any, polls, posts]) faults.clear();
    },
    take(method, path) {
      const own = method === 'POST' ? posts.take(path) : method === 'GET' ? polls.take(path) : undefined;
      return own ?? any.take(path);
    },
  };
}
