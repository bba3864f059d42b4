// What a verifying thread runs (service/workers), found as the rest of the program is: a thread has hooks of its own.
import { load } from '../program.mjs';

await load('service/workers/worker');
