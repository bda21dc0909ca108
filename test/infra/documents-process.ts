// A process that owns a documents file: says "open" or the error's name, writes what it is told, and stays.
import { sqliteDocuments } from '../../src/infra/documents.ts';

const [dataDir, name] = process.argv.slice(2) as [string, string];
try {
  const documents = sqliteDocuments(dataDir, name, Date.now);
  await documents.create('written', 'by another process', Date.now() + 60_000);
  console.log('open');
  setInterval(() => {}, 60_000);
} catch (error) {
  console.log((error as Error).name);
}
