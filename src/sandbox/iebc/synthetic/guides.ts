import { type DataRequest, Refusal, success } from '../contract.ts';

/** Invented; the form of a single guide is assumed: the document only says that it is an object. */
const GUIDES = [
  {
    code: 'VI001',
    title: 'What to bring',
    text: 'The document you registered with. This is a sandbox: nobody votes here.',
  },
  {
    code: 'VI002',
    title: 'How a polling day goes',
    text: 'Queue, identification, six papers, six boxes, ink on a finger.',
  },
  { code: 'VI003', title: 'When a paper is spoilt', text: 'Hand it back before it goes into a box; it is replaced.' },
  { code: 'VI004', title: 'How votes are counted', text: 'At the station first, then ward by ward up to the county.' },
];

export function guides({ code }: DataRequest): string {
  if (code === undefined) return success({ list: GUIDES.map(({ code, title }) => ({ code, title })) });
  const found = GUIDES.find((guide) => guide.code.toLowerCase() === code.toLowerCase());
  if (found === undefined) throw new Refusal('ID_ERROR', `no guide has the code '${code}'`);
  return success({ info: { code: found.code, title: found.title, body: found.text } });
}
