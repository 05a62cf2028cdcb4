// The names of all commands, in the order in which help lists them. To name them, none needs to be loaded.

export const COMMAND_NAMES = [
  'summary',
  'hosts',
  'services',
  'save',
  'diff',
  'check',
  'live',
  'scan',
  'report',
  'map',
  'rules',
  'init',
  'record',
  'push',
  'history',
  'filter',
  'doctor',
  'completion',
  'help',
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];
