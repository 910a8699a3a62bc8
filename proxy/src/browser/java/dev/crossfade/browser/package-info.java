/** What people see, driven in a real Chromium: the admin page and the QA pages. */
package dev.crossfade.browser;
