// How large the heaps are that V8 begins with. It takes most such settings at the start of a process alone, which is over; these it still
// takes. They are never changed again: what V8 compiled and kept under other settings it would not use.
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { isMainThread } from 'node:worker_threads';

/** Both halves of what is new of this thread's heap. By itself V8 begins with 2 and goes to 64 before 1,900 modules are loaded. */
const YOUNG_MB = 8;

const LOOK_MS = 5_000;

/**
 * Share of its time that this thread is at work, from which on what is new is made to grow again: that leaves 3 MB of garbage among what
 * is old, and every ten seconds where V8 takes it back as often.
 */
const BUSY = 0.2;

/** Of threads that start from now on: half of what is new. */
const SEMI_SPACE_MB = 4;

/**
 * Below this a verifying thread's heap is not searched for garbage. By itself V8 begins near what is in use, 16 MB, and marks it all
 * again after every ninth bundle.
 */
const QUIET_HEAP_MB = 64;

/** How much more than what was in use a heap may hold before it is searched again. By itself V8 lets a busy one double and more. */
const GROWTH_PERCENT = 50;

export function sizeHeaps() {
  if (!isMainThread) return; // settings are of the process
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  setFlagsFromString(`--initial-heap-size=${QUIET_HEAP_MB}`);
  setFlagsFromString(`--min-semi-space-size=${SEMI_SPACE_MB}`);
  growYoungGeneration();
  // Where little happens V8 takes it back, and by itself it would not grow again.
  let before = performance.eventLoopUtilization();
  setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization >= BUSY) growYoungGeneration();
  }, LOOK_MS).unref();
}

/** Less than this takes too many looks for garbage, more is memory that loading fills with it. V8 lets it grow when much of it survives. */
function growYoungGeneration() {
  if (youngMb() >= YOUNG_MB) return;
  setFlagsFromString('--semi-space-growth-factor=4');
  const kept = [];
  for (let tries = 0; youngMb() < YOUNG_MB && tries < 100; tries++) kept.push(new Array(16_384).fill(tries));
  setFlagsFromString('--semi-space-growth-factor=1');
}

function youngMb() {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return young === undefined ? Number.POSITIVE_INFINITY : young.space_size / 2 ** 20;
}
