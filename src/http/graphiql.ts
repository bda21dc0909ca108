import type { GraphiQLOptions } from 'graphql-yoga';

const SAMPLES = [
  `# The count as it moves: press play and watch.
subscription Watch {
  contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) {
    status
    stationsReported
    stationsTotal
    tallies {
      votes
      share
      candidate {
        name
      }
    }
    asOf
    stale
  }
}
`,
  `# Counties, their constituencies and wards, with registered voters.
query Places {
  counties {
    name
    number
    registeredVoters
    constituencies {
      name
      registeredVoters
      wards {
        name
        registeredVoters
      }
    }
  }
}
`,
  `# The presidential count in the whole country and in each county.
query PresidentialCount {
  country {
    result(post: PRESIDENT) {
      ...Count
    }
  }
  counties {
    name
    result(post: PRESIDENT) {
      ...Count
    }
  }
}

fragment Count on ContestResult {
  status
  stationsReported
  stationsTotal
  turnout
  ballots {
    cast
    valid
    rejected
  }
  tallies {
    rank
    votes
    share
    candidate {
      name
      party {
        abbreviation
        color
      }
    }
  }
  leader {
    candidate {
      name
    }
  }
  margin
  quality {
    code
    message
  }
  asOf
  stale
}
`,
  `# What was said when: each change of a county's count, what it contradicts, and a proof of the latest.
query History {
  county(code: "2F34010D-1592-6F3F-CBFF-91C2123E062C") {
    name
    result(post: PRESIDENT) {
      id
      history(first: 10) {
        totalCount
        nodes {
          version
          asOf
          stationsReported
          changes {
            stationsReported
            votes
            rejected
            candidates {
              name
              votes
            }
          }
          flags
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      timeline(buckets: 20) {
        asOf
        stationsReported
        tallies {
          votes
          candidate {
            name
          }
        }
      }
      recordFlags {
        code
        message
        before {
          version
        }
        after {
          version
        }
      }
      latestVersion {
        version
        bodyHash
        proof {
          logIndex
          treeSize
          leaf
          path
          checkpoint
          text
        }
      }
    }
  }
}
`,
  `# All counties on a map: first the count of each as it is now, then each change. Come back with the last cursor as "after".
subscription Map {
  resultsUpdated(filter: { post: PRESIDENT, level: COUNTY }) {
    cursor
    result {
      id
      status
      reportingUnit {
        code
        name
      }
      stationsReported
      leader {
        share
        candidate {
          name
          party {
            color
          }
        }
      }
      asOf
    }
    version {
      version
      changes {
        stationsReported
        votes
      }
      flags
    }
  }
}
`,
  `# Find a place by name, typing errors included, and the way up from it.
query Search {
  findPlaces(text: "nairobbi", first: 5) {
    __typename
    id
    name
    ... on Ward {
      constituency {
        name
      }
      county {
        name
      }
    }
    ... on PollingCentre {
      streams {
        code
        name
      }
      ward {
        name
        constituency {
          name
        }
      }
    }
  }
}
`,
  `# An organisation's member (ElectionBuddy): what they can vote in, and whether they have.
query Member {
  organizationVoter(identifier: "jane@example.com") {
    elections {
      code
      name
      state
      endsAt
    }
    votingLinks {
      title
      url
    }
  }
  voterStatus(electionCode: "12", memberId: "jane@example.com") {
    hasVoted
    electionState
  }
}
`,
  `# A signed link to vote.
mutation VotingLink {
  createVotingLink(input: { electionCode: "12", memberId: "jane@example.com" }) {
    __typename
    ... on CreateVotingLinkSuccess {
      link {
        url
        expiresAt
      }
    }
    ... on Error {
      message
    }
  }
}
`,
  `# Ballots as they are cast: press play and wait some seconds.
subscription Ballots {
  ballotActivityReceived {
    cursor
    electionName
    statuses
    completedAt
    questions {
      question
      type
      abstained
      answers {
        title
        isWriteIn
        ... on Preference {
          rank
        }
        ... on VoteAllocation {
          votes
        }
        ... on Score {
          score
        }
      }
    }
  }
}
`,
  `# Is this (invented) person registered to vote? The answer comes some seconds later: take the id to WatchCheck.
mutation Check {
  requestRegistrationCheck(
    input: {
      canada: {
        givenName: "Maple"
        familyName: "Testwell"
        birthDate: "1980-01-04"
        addresses: [{ text: "117-719 Bloor St W, Toronto" }]
      }
    }
  ) {
    __typename
    ... on RequestRegistrationCheckSuccess {
      check {
        id
        state
      }
    }
    ... on Error {
      message
    }
  }
}
`,
  `# Put the id from Check into the variables (below; press Variables). The credential that comes at the end can be verified with Verify.
subscription WatchCheck($id: ID!) {
  registrationCheckUpdated(id: $id) {
    version
    state
    progress
    outcome
    addresses {
      resolvedAddress
      message
    }
    credential
  }
}
`,
  `# Put the credential into the variables (below; press Variables). Take out any part between two "~": what it says is then hidden, and the
# rest still verifies.
query Verify($credential: String!) {
  verifyRegistrationCredential(credential: $credential) {
    isValid
    reason
    outcome
    answeredAt
    disclosed
  }
}
`,
  `# How the sources behind this gateway are doing.
query Sources {
  sources {
    name
    mode
    breaker
    lastSuccessAt
    lastFailureAt
    placesIndex {
      complete
      districts
      stations
    }
  }
  elections {
    code
    name
    kind
    isTest
  }
}
`,
];

/** `demoKey` is sent by itself and shown beside the samples, so that those that need a scope work; only ever a key made for the demo. */
export function graphiqlOptions(demoKey: string | null): GraphiQLOptions {
  const authorization = demoKey === null ? null : { Authorization: `Bearer ${demoKey}` };
  const headers = authorization && JSON.stringify(authorization, null, 2);
  return {
    title: 'Election gateway',
    defaultTabs: SAMPLES.map((query) => ({ query, headers, variables: variablesOf(query) })),
    // The headers editor forgets at a reload, because keys do not belong into a browser's storage; these come again.
    ...(authorization && { additionalHeaders: authorization }),
    shouldPersistHeaders: false,
    defaultEditorToolsVisibility: false,
    subscriptionsProtocol: 'SSE',
  };
}

/** What a sample's reader has to fill in. */
function variablesOf(query: string): string | null {
  const [, name] = /\(\$(\w+):/.exec(query) ?? [];
  return name === undefined ? null : JSON.stringify({ [name]: '' }, null, 2);
}
