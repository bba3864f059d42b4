/** Who could make a landmark lie: whoever runs it, whoever owns the machine or the building, and who holds its key. */
export type Controlled = {
  readonly id: string;
  readonly operator: string;
  /** That hosts it: owns the machine, the rack or the building. */
  readonly company: string;
  readonly site: string;
  /** Of its Ed25519 key, base64url. */
  readonly key: string;
};

/**
 * The control group of each landmark: whoever shares an operator, a company, a site or a key with one of a group belongs to
 * it, through any number of others. f counts these groups, never landmarks: ten landmarks of one operator are one liar.
 *
 * Names are compared as people read them (see {@link nameAsRead}); a company that operates one landmark and hosts another is one.
 * Two groups that are one by mistake cost proofs; one that is counted as two would cost the truth.
 *
 * @param former that count no more, and tie others together still
 * @returns by landmark id, the least id of its group; nothing of those that are former
 */
export function controlGroups(
  landmarks: readonly Controlled[],
  former: readonly Controlled[] = [],
): ReadonlyMap<string, string> {
  const parent = new Map<string, string>();
  const find = (name: string): string => {
    let root = name;
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up;
    parent.set(name, root);
    return root;
  };
  for (const landmark of [...landmarks, ...former]) {
    for (const attribute of attributesOf(landmark)) parent.set(find(attribute), find(`id:${landmark.id}`));
  }
  const least = new Map<string, string>();
  for (const { id } of landmarks) {
    const root = find(`id:${id}`);
    const known = least.get(root);
    if (known === undefined || id < known) least.set(root, id);
  }
  return new Map(landmarks.map(({ id }) => [id, least.get(find(`id:${id}`)) ?? id]));
}

function attributesOf({ operator, company, site, key }: Controlled): string[] {
  // A party is itself whether it operates or hosts.
  const [runs, hosts, where] = [nameAsRead(operator), nameAsRead(company), nameAsRead(site)];
  return [`party:${runs}`, `party:${hosts}`, `site:${where}`, `key:${key}`];
}

/** Whether two names are of one party, as control groups compare them. */
export function isSameParty(a: string, b: string): boolean {
  return nameAsRead(a) === nameAsRead(b);
}

/** Latin letters that Unicode takes for letters of their own, and figures that are read as letters. */
const READ_AS: Readonly<Record<string, string>> = {
  Æ: 'AE',
  Œ: 'OE',
  Ø: 'O',
  Ł: 'I',
  Đ: 'D',
  Ð: 'D',
  Þ: 'TH',
  '0': 'O',
  '1': 'I',
  L: 'I',
};

/**
 * What of a name tells it from others: its letters and figures, without case, accents, spacing, punctuation and what no reader sees,
 * and with I, l and 1, and O and 0 taken for one. Two names that look alike are one party, whoever typed them.
 */
function nameAsRead(name: string): string {
  const seen = name.normalize('NFKD').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  // Upper case, for that of ß is SS, and of a dotless ı an I; decomposed again, for some capitals bear accents.
  const letters = seen
    .toUpperCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '');
  return letters.replace(/[ÆŒØŁĐÐÞ01L]/gu, (letter) => READ_AS[letter] ?? letter);
}

/**
 * Whether a name is written so that nothing else reads like it: in Latin letters and figures, accents and punctuation aside. Other
 * scripts have letters that no reader can tell from Latin ones, and no comparison would know for sure.
 */
export function isPlainlyWritten(name: string): boolean {
  return /^[A-Z0-9]+$/.test(nameAsRead(name));
}
