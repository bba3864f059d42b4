/** What signs with keys that rotate. */
export const KEY_PURPOSES = ['ear', 'permit', 'grant', 'status', 'report'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];
