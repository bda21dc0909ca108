import type { AddressMatch, Jurisdiction, RegistrationCheckState, RegistrationOutcome } from '../generated/graphql.ts';

export const REGISTERS: Record<Jurisdiction, string> = {
  CANADA: 'Canada, federal register',
  KENYA: 'Kenya, register of the IEBC',
};

export const STATES: Record<RegistrationCheckState, string> = {
  QUEUED: 'Waiting for its turn',
  RUNNING: 'The register is being asked',
  COMPLETED: 'Answered',
  FAILED: 'Failed',
  CANCELED: 'Canceled',
  EXPIRED: 'Expired',
};

/** "Cannot confirm" is not "not registered": no outcome says no. */
export const OUTCOMES: Record<RegistrationOutcome, string> = {
  REGISTERED: 'Registration confirmed',
  NOT_CONFIRMED: 'Cannot be confirmed',
  INCONCLUSIVE: 'No answer either way',
};

export const EXPLAINED: Record<RegistrationOutcome, Record<Jurisdiction, string>> = {
  REGISTERED: {
    CANADA: 'The register confirms that somebody of this name and birth date is registered at an address given.',
    KENYA: 'The register knows a voter under this id.',
  },
  NOT_CONFIRMED: {
    CANADA:
      'The register cannot confirm it from what was given. This does not mean that the person is not registered: another spelling of the name or an earlier address may be the one that is known.',
    KENYA:
      'The register finds nobody under this id. This does not mean that the person is not registered: the id may be another, or wrongly typed.',
  },
  INCONCLUSIVE: {
    CANADA: 'The register did not say yes, and did not say that it cannot confirm it.',
    KENYA: 'The register did not say yes, and did not say that it cannot confirm it.',
  },
};

export const MATCHES: Record<AddressMatch, string> = {
  EXACT: 'as it was given',
  SIMILAR: 'nearly as it was given: compare the two',
  DIFFERENT: 'another address than was given: the answer is about this one',
};

const CLAIMS: Record<string, string> = {
  given_name: 'Given name',
  family_name: 'Family name',
  birthdate: 'Birth date',
  country: 'Country',
  province: 'Province',
  city: 'City',
  postal_code: 'Postal code',
  address: 'Whole address',
  voter_id: 'Voter id',
  county: 'County',
  constituency: 'Constituency',
  ward: 'Ward',
};

export const claimTitle = (name: string) => CLAIMS[name] ?? name;

const moment = new Intl.DateTimeFormat('en-GB', {
  ...{ day: 'numeric', month: 'short', year: 'numeric' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
});

export const when = (instant: string | number | null | undefined) =>
  instant == null ? '–' : moment.format(new Date(instant));
