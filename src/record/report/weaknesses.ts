import { isBoundToHost } from '../../appraisal/bound-to-host.ts';
import type { Facts, SerialLink } from '../../protocol/facts.ts';

/** What a reader of a report must weigh, by code: whatever a device's facts leave open. */
export const WEAKNESSES = {
  'not-attested': 'The device has not attested itself: it is known by its owner’s or its host’s word.',
  'host-unattested': 'No approved reference set matches its host.',
  'operator-claimed-serial': 'Only its operator says that the chip bears this serial number.',
  'serial-contradicted': 'Its manufacturer says that the chip bears another serial number.',
  'gpu-binding': 'Its report could have been relayed from a machine elsewhere.',
  'operator-extractable': 'Whoever owns the host could carry its keys elsewhere.',
  'place-unproven': 'It is not proven that its host stands inside the authorised area.',
  'place-outside': 'Its host is proven to stand outside the authorised area.',
  'assumes-fibre': 'The proof of place assumes solid glass fibre (grade B).',
  'one-liar-suffices': 'One lying landmark operator could have made the proof of place.',
  'no-audit': 'Its facility has no independent audit that is in force.',
  'tamper-signal': 'A signal of tampering at its facility is open.',
} as const;
export type WeaknessCode = keyof typeof WEAKNESSES;

/** The weaknesses of a device, in the order of the table: a function of what the report itself says of it. */
export function weaknessesOf({
  facts,
  serialLink,
}: {
  readonly facts: Facts;
  readonly serialLink: SerialLink;
}): WeaknessCode[] {
  const { place, audit } = facts;
  const found: { readonly [C in WeaknessCode]: boolean } = {
    'not-attested': facts.device !== 'attested',
    'host-unattested': facts.host === 'none',
    'operator-claimed-serial': serialLink === 'operator-claimed',
    'serial-contradicted': serialLink === 'contradicted',
    'gpu-binding': !isBoundToHost(facts),
    'operator-extractable': place.keyCustody !== 'sealed',
    'place-unproven': place.verdict !== 'proven-inside',
    'place-outside': place.verdict === 'proven-outside',
    'assumes-fibre': place.grade === 'B',
    'one-liar-suffices': place.verdict.startsWith('proven') && (place.toleratedLiars ?? 0) < 1,
    'no-audit': audit.auditedAt === null,
    'tamper-signal': audit.tamperSignal,
  };
  return (Object.keys(WEAKNESSES) as WeaknessCode[]).filter((code) => found[code]); // keys of the table above
}
