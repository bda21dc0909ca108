import DataLoader from 'dataloader';
import type { Operation } from '../../domain/operation.ts';
import type { ElectionBuddyClient } from './client.ts';

export type ElectionBuddyLoaders = ReturnType<typeof createElectionBuddyLoaders>;

/** One request's view of ElectionBuddy: what two fields ask of the same person is one request, and forgotten after it. */
export function createElectionBuddyLoaders(client: ElectionBuddyClient, operation: Operation) {
  const ask = { signal: operation.signal, asker: operation };
  const elections = new DataLoader((identifiers: readonly string[]) =>
    Promise.all(identifiers.map((identifier) => client.elections(identifier, ask).catch((error: Error) => error))),
  );
  const statuses = new DataLoader(
    (asked: readonly { electionCode: string; memberId: string }[]) =>
      Promise.all(
        asked.map(({ electionCode, memberId }) =>
          client.voterStatus(electionCode, memberId, ask).catch((error: Error) => error),
        ),
      ),
    { cacheKeyFn: ({ electionCode, memberId }) => `${electionCode}\n${memberId}` },
  );
  return {
    elections: (identifier: string) => elections.load(identifier),
    votingLinks: (identifier: string) => client.votingLinks(identifier, ask),
    voterStatus: (electionCode: string, memberId: string) => statuses.load({ electionCode, memberId }),
    /** For mutations, one after another: what the one before asked may have changed. */
    voterStatusNow: (electionCode: string, memberId: string) => client.voterStatus(electionCode, memberId, ask),
    createVotingLink: client.createVotingLink,
  };
}
