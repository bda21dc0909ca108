export const scalars = {
  Date: 'string', // a calendar date, YYYY-MM-DD
  DateTime: 'string', // an instant in UTC, ISO 8601
  URL: 'string',
  GeoJSON: "import('geojson').FeatureCollection", // npm i -D @types/geojson
  JSON: 'string | number | boolean | object | null',
};
