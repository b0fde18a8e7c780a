// Registers the three functions. Nothing else: what they do is in handlers/, what they are made of in context.ts.
import { cloudEvent } from '@google-cloud/functions-framework';
import { readConfig } from './config';
import { openContexts, preloadLibraries } from './context';
import { handleEvent } from './handlers/event';
import { handleRequest } from './handlers/request';
import { handleSweep } from './handlers/sweep';

const config = readConfig(process.env);
const contexts = openContexts(config, new URL('./vm/', import.meta.url));
if (config.preloads) setImmediate(() => void preloadLibraries());

cloudEvent('request', (event: unknown) => handleRequest(event, contexts.request()));
cloudEvent('event', (event: unknown) => handleEvent(event, contexts.event()));
cloudEvent('sweep', (event: unknown) => handleSweep(event, contexts.sweep()));
