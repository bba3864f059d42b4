/** What signs with keys that rotate. */
export const KEY_PURPOSES = ['ear', 'permit', 'grant', 'status', 'report', 'disclosure'] as const;
/** What rotates when somebody says so: those, and the keys that seal what must be read again. */
export const ROTATED_PURPOSES = [...KEY_PURPOSES, 'seal'] as const;
export type RotatedPurpose = (typeof ROTATED_PURPOSES)[number];
export type KeyPurpose = (typeof KEY_PURPOSES)[number];
