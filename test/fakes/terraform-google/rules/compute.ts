// Networks.
import { within, type Rules } from './rule';

const COMPUTE_NAMES = {
  at: 'name',
  allows: /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
  must: '1 to 63 of a-z, 0-9 and -, begin with a letter and not end with -',
  source: 'https://cloud.google.com/compute/docs/naming-resources',
};
export const COMPUTE_RULES: Rules = {
  google_compute_network: [COMPUTE_NAMES],
  google_compute_router: [COMPUTE_NAMES],
  google_compute_router_nat: [COMPUTE_NAMES],
  google_compute_firewall: [
    COMPUTE_NAMES,
    {
      at: 'allow.protocol',
      allows: /^(?:tcp|udp|icmp|esp|ah|sctp|ipip|all|\d+)$/,
      must: 'a protocol, such as tcp',
      source: 'https://cloud.google.com/firewall/docs/firewalls#protocols_and_ports',
    },
    {
      at: 'allow.ports.*',
      allows: /^\d+(?:-\d+)?$/,
      must: 'a port or a range of ports',
      source: 'https://cloud.google.com/firewall/docs/firewalls#protocols_and_ports',
    },
    {
      at: 'source_ranges.*',
      allows: /^[0-9a-f.:]+\/\d+$/,
      must: 'a range such as 35.235.240.0/20',
      source: 'https://cloud.google.com/firewall/docs/firewalls#sources',
    },
    {
      at: 'priority',
      allows: within(0, 65_535),
      must: '0 to 65535',
      source: 'https://cloud.google.com/firewall/docs/firewalls#priority_order_for_firewall_rules',
    },
  ],
};
