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
 * Names are compared without case, accents' composition or spacing; a company that operates one landmark and hosts another
 * is one. Two groups that are one by mistake cost proofs; one that is counted as two would cost the truth.
 *
 * @returns by landmark id, the least id of its group
 */
export function controlGroups(landmarks: readonly Controlled[]): ReadonlyMap<string, string> {
  const parent = new Map<string, string>();
  const find = (name: string): string => {
    let root = name;
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up;
    parent.set(name, root);
    return root;
  };
  for (const landmark of landmarks) {
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
  return [`party:${plain(operator)}`, `party:${plain(company)}`, `site:${plain(site)}`, `key:${key}`];
}

/** Whether two names are of one party, as control groups compare them. */
export function isSameParty(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}
