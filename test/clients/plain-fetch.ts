import { print } from 'graphql';
import { CountyDocument, type CountyQuery } from './generated/graphql.ts';

type Answer = { data?: CountyQuery | null; errors?: { message: string; extensions: { code: string } }[] };

export async function readCounty(endpoint: string, county: string): Promise<CountyQuery['county']> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: print(CountyDocument), variables: { county } }),
  });
  const { data, errors } = (await response.json()) as Answer;
  if (!data || errors) throw new Error(errors?.map(({ message }) => message).join('; ') ?? response.statusText);
  return data.county;
}
