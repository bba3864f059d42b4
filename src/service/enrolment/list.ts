import { allEnrolmentsAfter, enrolmentsAfter } from '../../store/attestation/enrolments.ts';
import type { EnrolmentTable } from '../../store/attestation/tables.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';

/** Every attempt to enrol, refused ones with what was found: an operator need not stand beside the machine to see why. */
export async function listEnrolments(
  { store }: Context,
  principal: Principal,
  page: PageRequest,
): Promise<Page<EnrolmentTable>> {
  const tenant = visibleTenant(principal);
  return pageFrom(page, (range) =>
    store.read((view) =>
      tenant === null ? view.all(allEnrolmentsAfter, range) : view.all(enrolmentsAfter, { ...range, tenant }),
    ),
  );
}
