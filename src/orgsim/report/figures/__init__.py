"""Figures for print, drawn by matplotlib alone: no window, no global settings."""
