import { AZURE_CVM_MEDIA_TYPE, serialiseAzureItem } from '../../evidence/bundle/azure-item.ts';
import type { Item } from '../../evidence/bundle/cmw.ts';
import { commitment } from '../../evidence/bundle/commitment.ts';
import { enrolmentCommitment } from '../../evidence/bundle/enrolment-commitment.ts';
import type { Attester } from '../attester.ts';
import { measureAzure } from '../measure.ts';
import { guestEnrolment } from '../tee/enrolment.ts';
import type { PcrChoice } from '../tpm/selection.ts';
import type { AzureVm } from './port.ts';

/**
 * An Azure confidential VM. Its hardware's report vouches for the vTPM's key and holds no challenge of ours: the vTPM's
 * quote does.
 *
 * @param authorities CA certificates above the key's own (DER), which neither the VM nor its host holds
 */
export function azureAttester(
  vm: AzureVm,
  choice: PcrChoice,
  authorities: readonly Uint8Array[] = [],
): Attester {
  const collect = async (extraData: Uint8Array): Promise<Item> => {
    const collected = await vm.collect({ extraData, choice });
    const certificates = [...collected.certificates, ...authorities];
    const value = serialiseAzureItem({ ...collected, certificates });
    return { label: 'azure', mediaType: AZURE_CVM_MEDIA_TYPE, value };
  };
  return {
    kind: 'azure',
    ...guestEnrolment((binding) => collect(enrolmentCommitment('enrolment-vtpm', binding))),
    collect: (binding, earlier) => collect(commitment('tpm-extra-data', binding, earlier)),
    measure: () => measureAzure(vm, choice),
  };
}
