import type { AzureItem } from '../../evidence/bundle/azure-item.ts';
import type { DeviceQuote, QuoteRequest } from '../tpm/port.ts';

/** All that an Azure confidential VM can say of itself: the item of a bundle before it is written. */
export type AzureCollected = Omit<AzureItem, 'pcrs'> & Pick<DeviceQuote, 'pcrs'>;

/** An Azure confidential VM as the agent uses it. Every method throws AgentError with a code of `DeviceCode`. */
export interface AzureVm {
  /** The hardware that the VM runs on; null where this is no Azure confidential VM. */
  hardware(): Promise<'snp' | 'tdx' | null>;
  /** A quote of the paravisor's own key over `extraData`, and everything that vouches for that key. */
  collect(request: QuoteRequest): Promise<AzureCollected>;
}
