//! `weir template`: writes the table that a form's reports are filled into.
