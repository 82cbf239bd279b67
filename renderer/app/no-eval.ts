/**
 * Imported before anything else: zod would probe whether it may compile code from text, which the window's content
 * security policy forbids and reports.
 */
import { config } from 'zod';

config({ jitless: true });
