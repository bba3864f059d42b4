import type { Facts, Place } from '../protocol/facts.ts';

/** Nobody has measured where the host stands, and whoever owns it could carry its keys away. */
export const UNMEASURED: Place = {
  verdict: 'unmeasured',
  grade: null,
  toleratedLiars: null,
  insideGeofence: false,
  keyCustody: 'operator-extractable',
};

/** What is known of a device of which there is no evidence at all. */
export const DECLARED: Facts = {
  device: 'declared',
  host: 'none',
  place: UNMEASURED,
  audit: { auditedAt: null, tamperSignal: false },
  gpuBinding: 'none',
};

/**
 * The facts of a host's own TPM. Its key vouches for itself (`attested`), and for the host only under a matching
 * reference set. A TPM never makes a host `sealed`: nothing keeps its owner from carrying keys out of main memory.
 */
export function hostTpmFacts(matchesReferenceSet: boolean): Facts {
  return {
    ...DECLARED,
    device: 'attested',
    host: matchesReferenceSet ? 'tpm' : 'none',
    gpuBinding: 'not-applicable',
  };
}

/**
 * The facts of a confidential guest. Its maker's hardware vouches for it (`attested`). Under a set that is marked sealed,
 * nobody can carry its keys out; under another, or none, whoever owns the guest can.
 */
export function hostTeeFacts(matches: 'none' | 'matched' | 'sealed'): Facts {
  const sealed = matches === 'sealed';
  return {
    ...DECLARED,
    device: 'attested',
    host: sealed ? 'sealed' : matches === 'matched' ? 'tee' : 'none',
    place: { ...UNMEASURED, keyCustody: sealed ? 'sealed' : 'operator-extractable' },
    gpuBinding: 'not-applicable',
  };
}

/**
 * The facts of a device that cannot attest itself and is assigned to an attested host. What the host proves of itself and
 * of its place holds for the device only by its owner's or its host's word, which `device` and `gpuBinding` say.
 */
export function deviceFactsUnder(host: Facts, device: 'declared' | 'host-reported'): Facts {
  return { ...host, device, gpuBinding: 'none' };
}

/**
 * The facts of a GPU or switch whose own report was verified. `host-reported` where its measurements are not known to be good
 * ones: its host, attested or not, is then all that vouches for its state. A confidential guest under a matching set
 * committed to the report (`measured-cvm`); the report could still come from a chip elsewhere.
 */
export function chipFactsUnder(host: Facts, device: 'attested' | 'host-reported'): Facts {
  const inGuest = host.host === 'tee' || host.host === 'sealed';
  return { ...host, device, gpuBinding: inGuest ? 'measured-cvm' : 'none' };
}
