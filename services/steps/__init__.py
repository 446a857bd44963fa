"""The steps of an execution, one file each: `run(context) -> StepResult`. Running one again is harmless."""
