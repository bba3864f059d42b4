import type { Certificate } from './certificate.ts';
import type { NameConstraints } from './extension-names.ts';
import type { GeneralName } from './general-name.ts';
import { attributeTexts, isEmptyName } from './name.ts';
import { relateName } from './name-constraint-match.ts';
import { OID } from './object-identifiers.ts';
import type { PathBudget } from './path-budget.ts';
import { PathError } from './path-error.ts';

/**
 * The permitted and excluded subtrees that have accumulated down a path (6.1.2 (b), (c)).
 *
 * The intersection of permitted subtrees is kept as the list of what each CA permitted: a name must lie within one
 * subtree of its form in every list that has its form.
 */
export class NameConstraintState {
  readonly #lists: NameConstraints[] = [];
  readonly #budget: PathBudget;

  constructor(budget: PathBudget) {
    this.#budget = budget;
  }

  /** 6.1.4 (g). */
  add(constraints: NameConstraints): void {
    this.#lists.push(constraints);
  }

  /** 6.1.3 (b) and (c). Throws PathError: `name_not_permitted`, `name_constraint_unsupported`, `budget_exceeded`. */
  demandPermitted(certificate: Certificate): void {
    if (this.#lists.length === 0) return;
    for (const name of constrainedNames(certificate)) {
      for (const list of this.#lists) this.#demandName(certificate, name, list);
    }
  }

  #demandName(certificate: Certificate, name: GeneralName, { permitted, excluded }: NameConstraints): void {
    const sameForm = (base: GeneralName): boolean => base.form === name.form;
    const [mayBe, mustNotBe] = [permitted.filter(sameForm), excluded.filter(sameForm)];
    this.#budget.spend('nameComparisons', permitted.length + excluded.length);
    const relations = { permitted: mayBe.map(to(name)), excluded: mustNotBe.map(to(name)) };
    // A constrained name of a form without meaning here: process the constraint or reject the certificate.
    if ([...relations.permitted, ...relations.excluded].includes('unknown')) {
      throw new PathError(
        'name_constraint_unsupported',
        `a constrained ${name.form} cannot be judged`,
        certificate,
        {
          actual: name.form,
        },
      );
    }
    const isExcluded = relations.excluded.some((relation) => relation !== 'outside');
    const isPermitted = mayBe.length === 0 || relations.permitted.includes('within');
    if (isPermitted && !isExcluded) return;
    throw new PathError(
      'name_not_permitted',
      `its ${name.form} is ${isExcluded ? 'excluded' : 'not permitted'}`,
      certificate,
      {
        actual: typeof name.value === 'string' ? name.value : name.form,
      },
    );
  }
}

function to(name: GeneralName) {
  return (base: GeneralName) => relateName(name, base);
}

/**
 * Every name that constraints apply to: the subject unless it is empty, the alternative names, and mail addresses in the
 * subject. RFC 5280 asks for the last only where there are no alternative names; software that reads them regardless
 * exists, so they are judged regardless.
 */
function constrainedNames({ subject, extensions }: Certificate): GeneralName[] {
  const names: GeneralName[] = [...(extensions.subjectAltName?.value ?? [])];
  if (!isEmptyName(subject)) names.push({ form: 'directoryName', value: subject });
  for (const value of attributeTexts(subject, OID.emailAddress)) {
    names.push({ form: 'rfc822Name', value });
  }
  return names;
}
