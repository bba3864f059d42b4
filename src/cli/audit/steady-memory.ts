import { setFlagsFromString } from 'node:v8';

/**
 * Keeps what waits to be collected small for the rest of this process. An audit makes garbage as long as a log is and holds little: left to
 * itself, V8 answers that with a young generation of 96 MiB and lets the old one grow fourfold before it looks (docs/decisions/0090-audit.md).
 * Both are only about when garbage is collected; a version of V8 that knows neither flag takes more memory, and no other harm is done.
 */
export function steadyMemory(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}
