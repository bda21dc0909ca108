import DataLoader from 'dataloader';
import type { ElectionBuddyClient } from './client.ts';

export type ElectionBuddyLoaders = ReturnType<typeof createElectionBuddyLoaders>;

/** One request's view of ElectionBuddy: what two fields ask of the same person is one request, and forgotten after it. */
export function createElectionBuddyLoaders(client: ElectionBuddyClient, signal: AbortSignal) {
  const elections = new DataLoader((identifiers: readonly string[]) =>
    Promise.all(
      identifiers.map((identifier) => client.elections(identifier, { signal }).catch((error: Error) => error)),
    ),
  );
  return {
    elections: (identifier: string) => elections.load(identifier),
    votingLinks: (identifier: string) => client.votingLinks(identifier, { signal }),
    voterStatus: (electionCode: string, memberId: string) => client.voterStatus(electionCode, memberId, { signal }),
    createVotingLink: client.createVotingLink,
  };
}
