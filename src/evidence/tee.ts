import type { SnpEvidence } from './amd/evidence.ts';
import type { IntelEvidence } from './intel/evidence.ts';
import type { Verified } from './verified.ts';

/** What a CPU's trusted execution environment proves of a guest or an enclave, whichever maker's it is. */
export type TeeEvidence = Verified<IntelEvidence> | Verified<SnpEvidence>;
