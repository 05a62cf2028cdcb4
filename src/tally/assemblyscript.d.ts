// The one type of AssemblyScript that layout.ts needs for its sums.

declare type i32 = number;
