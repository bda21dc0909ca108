import type { CanadianAddress } from '../../domain/registration-checks.ts';

export type Voter = { givenName: string; middleName: string | null; familyName: string; birthDate: string };

/** The form of a new check. A `full_address` is always there: without one the service answers 500 (WIRE.md). */
export function checkForm(voter: Voter, address: CanadianAddress): string {
  const form = new URLSearchParams({
    first_name: voter.givenName,
    ...(voter.middleName && { middle_name: voter.middleName }),
    last_name: voter.familyName,
    birth_date: unpadded(voter.birthDate),
    full_address: fullAddress(address),
  });
  if ('parts' in address) {
    const { postalCode, streetNumber, streetName, unitNumber, unitSuffix } = address.parts;
    form.set('postal_code', postalCode);
    form.set('street_name', streetName);
    // Digits only there; whatever else there is stands in the full address.
    if (DIGITS.test(streetNumber)) form.set('street_number', streetNumber);
    if (unitNumber && DIGITS.test(unitNumber)) form.set('unit_number', unitNumber);
    if (unitSuffix) form.set('unit_suffix', unitSuffix);
  }
  return form.toString();
}

const DIGITS = /^\d+$/;

/** The service refuses a leading zero: 1985-03-17 is 1985-3-17 there (WIRE.md). */
function unpadded(date: string): string {
  return date.split('-').map(Number).join('-');
}

/** A unit comes first, as in `117-719 Bloor St W` (WIRE.md). */
function fullAddress(address: CanadianAddress): string {
  if ('text' in address) return address.text;
  const { unitNumber, unitSuffix, streetNumber, streetName, city, province, postalCode } = address.parts;
  const unit = unitNumber ? `${unitNumber}${unitSuffix ?? ''}-` : '';
  const region = [province, postalCode].filter(Boolean).join(' ');
  return [`${unit}${streetNumber} ${streetName}`, city, region].filter(Boolean).join(', ');
}
