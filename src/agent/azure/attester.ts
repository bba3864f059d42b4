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
 */
export function azureAttester(vm: AzureVm, choice: PcrChoice): Attester {
  const collect = async (extraData: Uint8Array): Promise<Item> => ({
    label: 'azure',
    mediaType: AZURE_CVM_MEDIA_TYPE,
    value: serialiseAzureItem(await vm.collect({ extraData, choice })),
  });
  return {
    kind: 'azure',
    ...guestEnrolment((binding) => collect(enrolmentCommitment('enrolment-vtpm', binding))),
    collect: (binding, earlier) => collect(commitment('tpm-extra-data', binding, earlier)),
    measure: () => measureAzure(vm, choice),
  };
}
