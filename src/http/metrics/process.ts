import type { BundleVerifier } from '../../service/workers/bundle-verifier.ts';
import { type Family, single } from './families.ts';

/** What this process is, and how busy the threads are that verify for it. */
export function processFamilies(version: string, bundles: BundleVerifier): Family[] {
  const { threads, waiting } = bundles.load();
  return [
    {
      type: 'gauge',
      name: 'sextant_build_info',
      help: 'Always 1: which version this is.',
      samples: [{ labels: { version }, value: 1 }],
    },
    single(
      'gauge',
      'sextant_worker_threads',
      'Threads that verify; 0: nothing has come for them yet, or the one that serves does.',
      threads,
    ),
    single('gauge', 'sextant_worker_jobs_waiting', 'Submissions that no thread has begun.', waiting),
  ];
}
