export type City = { name: string; province: string; provinceName: string; latitude: number; longitude: number };

/** One postal code: a side or a stretch of one street. */
export type Block = {
  city: City;
  /** As a geocoder spells it out, and as an envelope has it. */
  street: string;
  short: string;
  postalCode: string;
  /** Street numbers, both included. */
  from: number;
  to: number;
  latitude: number;
  longitude: number;
};

const TORONTO: City = {
  name: 'Toronto',
  province: 'ON',
  provinceName: 'Ontario',
  latitude: 43.653,
  longitude: -79.383,
};
const OTTAWA: City = { name: 'Ottawa', province: 'ON', provinceName: 'Ontario', latitude: 45.421, longitude: -75.697 };
const VANCOUVER: City = {
  name: 'Vancouver',
  province: 'BC',
  provinceName: 'British Columbia',
  latitude: 49.283,
  longitude: -123.121,
};

export const CITIES: readonly City[] = [TORONTO, OTTAWA, VANCOUVER];

/** Invented, but for Bloor Street West, which is the example of the service's own source; its codes are invented too. */
export const BLOCKS: readonly Block[] = [
  block(TORONTO, 'Bloor Street West', 'Bloor St W', 'M6G 0X1', 700, 749, 43.6636, -79.4177),
  block(TORONTO, 'Bloor Street West', 'Bloor St W', 'M6G 0X2', 750, 799, 43.6631, -79.4199),
  block(TORONTO, 'Sugar Maple Crescent', 'Sugar Maple Cres', 'M4X 0Z3', 1, 120, 43.6682, -79.3675),
  block(TORONTO, 'Streetcar Lane', 'Streetcar Ln', 'M5T 0Z4', 1, 60, 43.6511, -79.4023),
  block(OTTAWA, 'Beavertail Avenue', 'Beavertail Ave', 'K1N 0Z5', 400, 499, 45.4295, -75.6882),
  block(OTTAWA, "Rue de l'Érable", "Rue de l'Érable", 'K1N 0Z6', 1, 99, 45.4331, -75.6847),
  block(VANCOUVER, 'Salmonberry Street', 'Salmonberry St', 'V6B 0Z7', 1, 399, 49.2784, -123.1149),
  block(VANCOUVER, 'West 99th Avenue', 'W 99th Ave', 'V5X 0Z8', 1400, 1499, 49.2103, -123.1381),
];

function block(
  city: City,
  street: string,
  short: string,
  postalCode: string,
  from: number,
  to: number,
  latitude: number,
  longitude: number,
): Block {
  return { city, street, short, postalCode, from, to, latitude, longitude };
}
