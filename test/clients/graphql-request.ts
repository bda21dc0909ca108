import { GraphQLClient } from 'graphql-request';
import { CountyDocument, type CountyQuery } from './generated/graphql.ts';

export async function readCounty(endpoint: string, county: string): Promise<CountyQuery['county']> {
  const client = new GraphQLClient(endpoint);
  const data = await client.request(CountyDocument, { county }); // throws a ClientError with `response.errors`
  return data.county;
}
