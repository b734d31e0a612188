"""The papers the firm gives out, receipt and fee note: what a page says, and how it looks."""
