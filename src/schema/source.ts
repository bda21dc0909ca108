import type { Context } from '../context.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';

type SourceHealth = ReturnType<Context['sources']['list']>[number];

const SourceModeRef = builder.enumType('SourceMode', {
  description: 'What stands behind a source.',
  values: {
    LIVE: { description: 'The real system.' },
    SANDBOX: { description: 'The built-in stand-in with invented data.' },
    ARCHIVE: { description: 'Recorded answers of the real system, replayed.' },
  } as const,
});

const BreakerStateRef = builder.enumType('BreakerState', {
  description: 'Whether a source is being asked.',
  values: {
    CLOSED: { description: 'It answers: it is asked.' },
    OPEN: {
      description:
        'All that was asked of it in the last minute failed again and again: it is left alone for some seconds.',
    },
    HALF_OPEN: { description: 'Some of its endpoints are left alone (`openEndpoints`), or are being tried again.' },
  } as const,
});

const PlacesIndexRef = builder.objectRef<ReturnType<Context['places']['progress']>>('PlacesIndexProgress').implement({
  description: 'How far the index of all places is: parents, station totals, search and distances come from it.',
  fields: (t) => ({
    complete: t.exposeBoolean('complete', { description: 'Whether the whole tree is known.' }),
    stale: t.exposeBoolean('stale', {
      description:
        'True when the tree is due to be read again and that fails: the places may be older than a day. It is tried again by itself.',
    }),
    districts: t.exposeInt('districts', { description: 'Counties, constituencies and wards known.' }),
    stations: t.exposeInt('stations', { description: 'Polling stations known.' }),
    wardsWithoutStations: t.exposeInt('wardsWithoutStations', {
      description: 'Wards whose stations the source failed to tell; they are asked for again.',
    }),
  }),
});

const BoundariesIndexRef = builder
  .objectRef<ReturnType<Context['boundaries']['progress']>>('BoundariesIndexProgress')
  .implement({
    description: "How far the index of wards' boundaries is, from which `wardAt` is answered.",
    fields: (t) => ({
      complete: t.exposeBoolean('complete', {
        description:
          'Whether the source was asked for every boundary and said of each what it is or that there is none.',
      }),
      stale: t.exposeBoolean('stale', {
        description:
          'True when the boundaries are due to be read again and that fails: they may be older than a week. It is tried again by itself.',
      }),
      wards: t.exposeInt('wards', { description: 'Wards whose boundary is known.' }),
      wardsWithoutBoundary: t.exposeInt('wardsWithoutBoundary', {
        description:
          'Wards of which the source has no boundary, as those of the diaspora: it names no file, has none, or the file holds no area.',
      }),
      wardsUntold: t.exposeInt('wardsUntold', {
        description: 'Wards whose boundary the source failed to tell; they are asked for again.',
      }),
    }),
  });

const instant = (at: number | null) => (at === null ? null : new Date(at));

const SourceHealthRef = builder.objectRef<SourceHealth>('SourceHealth').implement({
  description: 'How one of the upstream systems is doing, as this gateway sees it.',
  fields: (t) => ({
    name: t.exposeString('name', { description: "Its name, as in errors' `extensions.source`." }),
    mode: t.expose('mode', { type: SourceModeRef, description: 'What stands behind it.' }),
    breaker: t.expose('breaker', { type: BreakerStateRef, description: 'Whether it is being asked.' }),
    openEndpoints: t.exposeStringList('openEndpoints', {
      description:
        "Its endpoints that failed again and again and are left alone for some seconds, by the names in errors' `extensions.endpoint`; what needs no other is answered as usual.",
    }),
    lastSuccessAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it last answered; null when it never did since the start.',
      resolve: ({ lastSuccessAt }) => instant(lastSuccessAt),
    }),
    lastFailureAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it last failed; null when it never did since the start.',
      resolve: ({ lastFailureAt }) => instant(lastFailureAt),
    }),
    lastFailureCode: t.exposeString('lastFailureCode', {
      nullable: true,
      description: 'The error code of its last failure. Needs scope `operator`.',
      authScopes: { scope: 'operator' },
    }),
    placesIndex: t.field({
      type: PlacesIndexRef,
      nullable: true,
      description: 'The index of places; null for a source that has none.',
      resolve: ({ name }, _args, { places }) => (name === 'iebc' ? places.progress() : null),
    }),
    boundariesIndex: t.field({
      type: BoundariesIndexRef,
      nullable: true,
      description: "The index of wards' boundaries; null for a source that has none.",
      resolve: ({ name }, _args, { boundaries }) => (name === 'iebc' ? boundaries.progress() : null),
    }),
  }),
});

builder.queryField('sources', (t) =>
  t.field({
    type: [SourceHealthRef],
    description: 'The upstream systems behind this gateway and how they are doing.',
    extensions: costs({ each: 3 }),
    resolve: (_root, _args, { sources }) => sources.list(),
  }),
);
