import type { GraphiQLOptions } from 'graphql-yoga';

const SAMPLES = [
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
  `# Find a place by name, typing errors included, and the way up from it.
query Search {
  searchPlaces(text: "nairobbi", first: 5) {
    __typename
    id
    code
    name
    ... on Ward {
      constituency {
        name
      }
      county {
        name
      }
    }
    ... on PollingStation {
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
    defaultTabs: SAMPLES.map((query) => ({ query, headers })),
    // The headers editor forgets at a reload, because keys do not belong into a browser's storage; these come again.
    ...(authorization && { additionalHeaders: authorization }),
    shouldPersistHeaders: false,
    defaultEditorToolsVisibility: 'headers',
    subscriptionsProtocol: 'SSE',
  };
}
