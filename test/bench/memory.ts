import { openStage, UNLIMITED } from './contenders.ts';
import { placesIndexed, startGatewayProcess } from './gateway-process.ts';
import { installPeers } from './installed.ts';
import { load } from './load.ts';
import { bodyOf } from './queries.ts';
import { progress, type Verdict } from './verdicts.ts';

/** Resident memory after Q1 to Q3 under load, beside stock Yoga's after the same. */
export async function memory(): Promise<Verdict[]> {
  installPeers();
  progress('memory: starting a gateway and stock Yoga');
  const stage = await openStage({ stations: false });
  const { q1, q2, q3 } = stage.queries;
  // Another one than that whose answers are the data.
  const gateway = await startGatewayProcess(stage.source, UNLIMITED);
  await placesIndexed(gateway);
  const servers = { gateway, yoga: await stage.start('yoga') };
  const megabytes: Record<string, number> = {};
  for (const [name, server] of Object.entries(servers)) {
    for (const query of [q1, q2, q3]) {
      progress(`memory: ${query.name}, ${name}`);
      await load({ url: server.url, body: bodyOf(query, stage.county), seconds: 4 });
    }
    megabytes[name] = server.usage().megabytes;
  }
  await gateway.stop();
  await stage.close();
  progress('');
  console.log(
    `\nResident memory after Q1 to Q3: ${megabytes.gateway!.toFixed(0)} MB, stock Yoga ${megabytes.yoga!.toFixed(0)} MB`,
  );
  const value = megabytes.gateway! / megabytes.yoga!;
  return [{ what: 'resident memory after Q1 to Q3 to stock Yoga', value, must: 1, aim: 0.7, less: true }];
}
