import { memoryStore } from '../../src/infra/cache.ts';
import { cacheContract } from './cache.contract.ts';

cacheContract('memory', async () => memoryStore());
