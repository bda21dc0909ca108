import type { Address } from './address.ts';

/**
 * The document: "We'll use the Google Maps geocoder". The published source passes that geocoder's result on as it came,
 * so this is its documented shape, less its viewport.
 */
export function geocoded(address: Address): object {
  const { unit, number, block, postalCode, city } = address;
  const parts = [
    component(unit, unit, 'subpremise'),
    component(number, number, 'street_number'),
    component(block?.street ?? '', block?.short ?? '', 'route'),
    component(city.name, city.name, 'locality', 'political'),
    component(city.provinceName, city.province, 'administrative_area_level_1', 'political'),
    component('Canada', 'CA', 'country', 'political'),
    component(postalCode, postalCode, 'postal_code'),
  ];
  const [type, locationType] = precision(address);
  return {
    address_components: parts.filter(({ long_name }) => long_name !== ''),
    formatted_address: formatted(address),
    geometry: {
      location: { lat: (block ?? city).latitude, lng: (block ?? city).longitude },
      location_type: locationType,
    },
    place_id: `sandbox-${[postalCode.replace(' ', '') || city.name, number, unit].filter(Boolean).join('-')}`,
    types: [type],
  };
}

function component(long_name: string, short_name: string, ...types: string[]) {
  return { long_name, short_name, types };
}

function precision({ unit, number, block, postalCode }: Address): [type: string, locationType: string] {
  if (number !== '') return [unit === '' ? 'street_address' : 'subpremise', 'ROOFTOP'];
  if (block === undefined) return ['locality', 'APPROXIMATE'];
  return [postalCode === '' ? 'route' : 'postal_code', 'GEOMETRIC_CENTER'];
}

function formatted({ unit, number, block, postalCode, city }: Address): string {
  const street = [number, block?.short, unit && `#${unit}`].filter(Boolean).join(' ');
  const place = [`${city.name}, ${city.province}`, postalCode].filter(Boolean).join(' ');
  return [street, place, 'Canada'].filter(Boolean).join(', ');
}
