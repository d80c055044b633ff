namespace TrendingMail.Tests.Papers.Latex;

/// <summary>Dollar signs, alignments and braces: what is markup, and what is part of the text.</summary>
public static partial class LatexTextSnippets
{
    public static TheoryData<string, string> Dollars { get; } = new()
    {
        { @"for $ n\leq 10$ and $\epsilon $", "for n≤10 and ϵ" },
        { @"is $21$\,$cm long", "is 21 cm long" },
        { @"at $10^{39} erg s^{-1}$ the", "at 10³⁹ erg s⁻¹ the" },
        { "between $ 0.33$ and $0.42 $.", "between 0.33 and 0.42." },
        { @"($M < $ a few $M_\odot$)", "(M < a few M_⊙)" },
        { "$ N <10$, where $ LBMO$ is", "N <10, where LBMO is" },
        { "the $p $-Laplace operator", "the p-Laplace operator" },
        { @"$\Omega $with $ u = 0$", "Ω with u = 0" },
        { "costs $5 where $n $ is large", "costs $5 where n is large" },
        { "we pay $5 or $10, and $x $ too", "we pay $5 or $10, and x too" },
        { "the $curl curl$ operator", "the curl curl operator" },
        { @"the ear $ is $\alpha$, uniquely", "the ear is α, uniquely" },
        { "$$ a^2 $$ and $b$$c$", "a² and bc" },
    };

    public static TheoryData<string, string> Alignments { get; } = new()
    {
        {
            @"\begin{equation} \left\{\begin{array}{ll} -\Delta u = u^p & \mbox{in}\ \Omega \\ u = 0 & "
            + @"on\ \partial\Omega \end{array}\right. \end{equation}", "{ -Δu = uᵖ in Ω u = 0 on ∂Ω"
        },
        { @"\begin{cases} a & x>0 \\ b & x<0 \end{cases}", "a x>0 b x<0" },
        { @"\begin{align*} x &= 1 \\ y &= 2 \end{align*}", "x = 1 y = 2" },
        { @"\begin{eqnarray} u_t &=& f \end{eqnarray}", "uₜ = f" },
        { @"$\begin{array}{r@{\ }c@{\,}l} a & b \end{array}$", "a b" },
        { @"$\begin{alignedat}{2} a & b \end{alignedat}$", "a b" },
        { @"\begin{tabular}{ll}a & b\end{tabular}", "a b" },
        { "u=0 & on the boundary", "u=0 on the boundary" },
        { @"$$\cases{ a & b \cr c & d}$$", "a b c d" },
        { @"\begin{itemize}\item[(i)] one \item[(ii)] two\item three\end{itemize}", "(i) one (ii) two • three" },
        { "$f(x)% \n^{N}$ and $\\R%\n^{N}$, 5%\nof", "f(x)% ᴺ and Rᴺ, 5% of" },
    };

    public static TheoryData<string, string> Braces { get; } = new()
    {
        { "H{ö}lder and {$p$}-{L}aplace", "Hölder and p-Laplace" },
        { "St\\\"utz, Schr{\\\"o}dinger, P{é}rez", "Stütz, Schrödinger, Pérez" },
        { @"$p$\nobreakdash-Laplacian", "p-Laplacian" },
        {
            "{Early-type galaxies host them.} {We compile galaxies, and see.}",
            "Early-type galaxies host them. We compile galaxies, and see."
        },
        { "{99}% of {20} cases", "99% of 20 cases" },
        { "r{=}0.69 and (1{+}1)", "r=0.69 and (1+1)" },
        { "Le{a}rner, learn{ING}, {C}ontinual", "Learner, learnING, Continual" },
        { "objects} with { more", "objects with { more" },
        { "at w{rh}, NFE{}=1", "at wᵣₕ, NFE=1" },
        { "in R^{+}, C^{1,α} and M_{200}", "in R⁺, C^(1,α) and M₂₀₀" },
        { "0.3^{+0.1}_{-0.2} and pi_{RL}", "0.3^(+0.1)_(-0.2) and pi_RL" },
        { @"$\R^n\backslash\{0\}$", "Rⁿ∖{0}" },
        { @"\R^m and \D", "R^m and D" },
        { "set[DOI: 10.1]{https://doi.org/10.1}", "set[DOI: 10.1] https://doi.org/10.1" },
        { "https://a.org/x/{here}.", "https://a.org/x/ (here)." },
    };

    public static TheoryData<string, string> StrippedMarkup { get; } = new()
    {
        { "a full 360^{circ} view", "a full 360° view" },
        { "{sim}50 tasks, 4{times} faster", "∼50 tasks, 4× faster" },
        { "mathcal{O}(n), texttt{D}ual, textbf{bold words}", "O(n), Dual, bold words" },
        { "$textbf{one} and textbf{two}$", "one and two" },
        { @"costs \1 million and (\22K)", @"costs $1 million and ($22K)" },
        { @"first \3) third", "first 3) third" },
        { "a teal{Tool}, softred{CGGS}", "a Tool, CGGS" },
        { "{bf Elastic-Cache}, a", "Elastic-Cache, a" },
        { "the ion{Fe} line", "the ion Fe line" },
    };
}
