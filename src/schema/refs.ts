import type { Candidate, Contest, Election, Party, VoterGuide } from '../domain/elections.ts';
import type { Country, District, PollingCentre, PollingStation, ReportingUnit } from '../domain/places.ts';
import type { ContestResult } from '../domain/results.ts';
import { builder } from './builder.ts';

// All types that refer to each other, named before any is described: the files of the nouns may then import this one
// and never each other's types.
export const ReportingUnitRef = builder.interfaceRef<ReportingUnit>('ReportingUnit');
export const ElectoralDistrictRef = builder.interfaceRef<District>('ElectoralDistrict');
export const CountryRef = builder.objectRef<Country>('Country');
export const CountyRef = builder.objectRef<District>('County');
export const ConstituencyRef = builder.objectRef<District>('Constituency');
export const WardRef = builder.objectRef<District>('Ward');
export const PlaceRef = builder.interfaceRef<District | PollingCentre | PollingStation>('Place');
export const PollingCentreRef = builder.objectRef<PollingCentre>('PollingCentre');
export const PollingStationRef = builder.objectRef<PollingStation>('PollingStation');
export const ElectionRef = builder.objectRef<Election>('Election');
export const PartyRef = builder.objectRef<Party>('Party');
export const ContestRef = builder.objectRef<Contest>('Contest');
export const CandidateRef = builder.objectRef<Candidate>('Candidate');
export const VoterGuideRef = builder.objectRef<VoterGuide>('VoterGuide');
export const ContestResultRef = builder.objectRef<ContestResult>('ContestResult');

const connection = <
  T extends
    | typeof ConstituencyRef
    | typeof WardRef
    | typeof PollingStationRef
    | typeof PollingCentreRef
    | typeof ContestRef
    | typeof CandidateRef
    | typeof ContestResultRef,
>(
  type: T,
  name: string,
  what: string,
) =>
  builder.connectionObject(
    { type, name: `${name}Connection`, description: `A page of ${what}.` },
    { name: `${name}Edge`, description: `One of ${what}, with its place in the list.` },
  );

export const ConstituencyConnection = connection(ConstituencyRef, 'Constituency', 'constituencies');
export const WardConnection = connection(WardRef, 'Ward', 'wards');
export const PollingStationConnection = connection(PollingStationRef, 'PollingStation', 'polling stations');
export const PollingCentreConnection = connection(PollingCentreRef, 'PollingCentre', 'polling centres');
export const ContestConnection = connection(ContestRef, 'Contest', 'contests');
export const CandidateConnection = connection(CandidateRef, 'Candidate', 'candidates');
export const ContestResultConnection = connection(ContestResultRef, 'ContestResult', 'results');
