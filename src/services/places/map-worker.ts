import { parentPort, workerData } from 'node:worker_threads';
import { type Drawing, drawn } from './map-drawing.ts';

parentPort!.postMessage(drawn(workerData as Drawing));
