// Perl's Monitoring::Plugin, which knows the conventions of monitoring plugins. If it is not installed, the tests that need
// it are skipped, and say so in their names.

import { spawnSync } from 'node:child_process';

export const hasPluginModule: boolean = spawnSync('perl', ['-MMonitoring::Plugin', '-e', '1']).status === 0;

/** A note for the title of every test that needs the module. */
export const PLUGIN_MODULE_NOTE: string = hasPluginModule ? '' : ' (skipped: no libmonitoring-plugin-perl)';
