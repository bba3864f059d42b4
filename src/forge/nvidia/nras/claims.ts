export type NrasClaims = { readonly [name: string]: unknown };

/** What the service says of a device that is as it should be, in the names of its claims 3.0. */
export function deviceClaims(name: string, index: number): NrasClaims {
  const kind = name.startsWith('SWITCH') ? 'switch' : 'gpu';
  const prefix = `x-nvidia-${kind}`;
  return {
    ueid: `${478_176_379_286 + index}`,
    oemid: '5703',
    hwmodel: kind === 'gpu' ? 'GH100 A01 GSP BROM' : 'LS10 A01 FSP BROM',
    secboot: true,
    dbgstat: 'disabled',
    measres: 'success',
    'x-nvidia-attestation-warning': null,
    [`${prefix}-arch-check`]: true,
    [`${prefix}-attestation-report-parsed`]: true,
    [`${prefix}-attestation-report-nonce-match`]: true,
    [`${prefix}-attestation-report-signature-verified`]: true,
    [`${prefix}-attestation-report-cert-chain`]: chain('9999-12-31T23:59:59Z'),
    [`${prefix}-attestation-report-cert-chain-fwid-match`]: true,
    ...(kind === 'gpu'
      ? {
          'x-nvidia-gpu-driver-version': '580.159.03',
          'x-nvidia-gpu-vbios-version': '96.00.74.00.20',
          'x-nvidia-gpu-vbios-index-no-conflict': true,
          ...manifest('x-nvidia-gpu-driver-rim'),
          ...manifest('x-nvidia-gpu-vbios-rim'),
        }
      : { 'x-nvidia-switch-bios-version': '96.10.55.00.01', ...manifest('x-nvidia-switch-bios-rim') }),
  };
}

function manifest(prefix: string): NrasClaims {
  const questions = [
    'fetched',
    'schema-validated',
    'signature-verified',
    'version-match',
    'measurements-available',
  ];
  return {
    ...Object.fromEntries(questions.map((question) => [`${prefix}-${question}`, true])),
    [`${prefix}-cert-chain`]: chain('2027-02-26T22:03:02Z'),
  };
}

function chain(expires: string): NrasClaims {
  return {
    'x-nvidia-cert-status': 'valid',
    'x-nvidia-cert-ocsp-status': 'good',
    'x-nvidia-cert-expiration-date': expires,
    'x-nvidia-cert-revocation-reason': null,
  };
}
