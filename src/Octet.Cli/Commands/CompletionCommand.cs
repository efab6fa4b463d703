using System.CommandLine;

namespace Octet.Cli;

/// <summary><c>octet completion bash</c>: prints the script that lets a shell complete commands, options and their values.</summary>
sealed class CompletionCommand : OctetCommand
{
    readonly Argument<string> _shell =
        new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh." }.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");

    public CompletionCommand(Terminal terminal)
        : base(terminal, "completion", "Prints a script that lets your shell complete octet's commands and options.") => Add(_shell);

    public override IReadOnlyList<Example> Examples =>
    [
        new("for bash; put the line into ~/.bashrc to keep it", "source <(octet completion bash)"),
        new("for zsh; put the line into ~/.zshrc to keep it", "source <(octet completion zsh)"),
        new("for fish, kept", "octet completion fish > ~/.config/fish/completions/octet.fish"),
        new("for PowerShell; put the line into $PROFILE to keep it", "octet completion pwsh | Out-String | Invoke-Expression"),
    ];

    protected override void Run(CommandRun run) => run.Terminal.Output.Write(run.Get(_shell) switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => PowerShell,
    });

    const string Bash = """
        _octet() {
            local IFS=$'\n'
            COMPREPLY=($(octet complete --position "$COMP_POINT" -- "$COMP_LINE" 2>/dev/null))
        }
        complete -o default -F _octet octet

        """;

    const string Zsh = """
        _octet() {
            local -a answers
            answers=("${(@f)$(octet complete --position "$CURSOR" -- "$BUFFER" 2>/dev/null)}")
            if [[ -n "$answers" ]]; then compadd -- "${answers[@]}"; else _files; fi
        }
        compdef _octet octet

        """;

    const string Fish = """
        function __octet_complete
            octet complete --position (string length -- (commandline -cp)) -- (commandline -p) 2>/dev/null
        end
        complete -c octet -a '(__octet_complete)'

        """;

    const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName octet -ScriptBlock {
            param($word, $line, $position)
            octet complete --position $position -- "$line" 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;
}

/// <summary><c>octet complete --position 15 -- "octet quantize -"</c>: what could stand there, one a line. The scripts of
/// <see cref="CompletionCommand"/> call it.</summary>
sealed class CompleteCommand : OctetCommand
{
    readonly Argument<string> _line = new("line") { Description = "What was typed so far." };
    readonly Option<int?> _position = new("--position")
    {
        Description = "Where the cursor stands; at the end if left out.",
        HelpName = "n",
    };

    public CompleteCommand(Terminal terminal) : base(terminal, "complete", "Answers a shell that completes a command line.")
    {
        Hidden = true;
        Add(_line);
        Add(_position);
    }

    protected override void Run(CommandRun run)
    {
        var line = run.Get(_line);
        var typed = line[..Math.Clamp(run.Get(_position) ?? line.Length, 0, line.Length)];
        var word = typed[(typed.LastIndexOf(' ') + 1)..];

        var request = CommandLine.Create(run.Terminal).Parse(typed);
        var given = Given(request, typed).ToHashSet(StringComparer.Ordinal);

        // Options only where one was begun: an empty answer lets the shell complete file names.
        var answers = request.GetCompletions(typed.Length).Select(answer => answer.Label)
            .Concat(UsageErrors.VisibleOptions(request.CommandResult.Command).Select(option => option.Name)).Distinct()
            .Where(answer => answer.StartsWith(word, StringComparison.Ordinal) && answer.StartsWith('-') == word.StartsWith('-')
                && !given.Contains(answer));
        foreach (var answer in answers) run.Terminal.Output.WriteLine(answer);
    }

    /// <summary>The names of options that stand before the word that is completed and cannot be given once more.</summary>
    static IEnumerable<string> Given(ParseResult request, string typed)
    {
        var words = typed[..(typed.LastIndexOf(' ') + 1)].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return from option in UsageErrors.VisibleOptions(request.CommandResult.Command)
               where !option.ValueType.IsArray
               let names = option.Aliases.Prepend(option.Name).ToArray()
               where names.Intersect(words).Any()
               from name in names
               select name;
    }
}
