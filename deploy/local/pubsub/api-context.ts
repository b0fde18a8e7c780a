// The parts that both transports need.
import type { Auth } from '../shared/auth';
import type { RightsCheck } from '../shared/require-right';
import type { Broker } from './broker';

export interface ApiContext extends RightsCheck {
  broker: Broker;
  auth: Auth;
}
